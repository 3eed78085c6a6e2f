/* Any number of threads, the same bits. */
#include <stdatomic.h>
#include <string.h>

#include "engine/pool.h"
#include "suites.h"

/* Shares and rests of every kind: 130 and 70 are neither multiples of a chunk nor of a tile. */
#define SETTINGS "depth=3 width=130 samples=170 init=he_normal lr=0.1 "

static void check_equal(const struct training *a, const struct training *b)
{
    ck_assert_mem_eq(&a->batch_loss, &b->batch_loss, sizeof a->batch_loss);
    ck_assert_mem_eq(&a->clip, &b->clip, sizeof a->clip);
    for (int l = 0; l < a->network->layer_count; l++) {
        const struct layer *one = &a->network->layers[l], *other = &b->network->layers[l];
        size_t block = layer_block(one) * sizeof(double);
        size_t samples = (size_t)a->samples * (size_t)one->stride * sizeof(double);
        ck_assert_mem_eq(one->parameters, other->parameters, block);
        ck_assert_mem_eq(one->gradients, other->gradients, block);
        ck_assert_mem_eq(one->z, other->z, samples);
        ck_assert_mem_eq(one->delta, other->delta, samples);
        ck_assert_double_eq(one->act_mean, other->act_mean);
        ck_assert_double_eq(one->act_std, other->act_std);
        ck_assert_double_eq(one->weight_norm, other->weight_norm);
        ck_assert_double_eq(one->back_norm, other->back_norm);
        ck_assert_double_eq(one->delta_norm, other->delta_norm);
        ck_assert_double_eq(one->weight_grad_norm, other->weight_grad_norm);
        ck_assert_double_eq(one->bias_grad_norm, other->bias_grad_norm);
        ck_assert_double_eq(one->step_norm, other->step_norm);
        ck_assert_double_eq(one->saturated, other->saturated);
    }
}

START_TEST(threads_change_no_bit)
{
    static const char *const settings[] = {SETTINGS "activation=relu optimizer=adam lr=0.001",
        SETTINGS "activation=tanh batch=70 clip=norm clip_at=0.1",
        SETTINGS "activation=sigmoid width=512 samples=100 depth=2"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct training *alone = training_of(settings[i]);
        training_go(alone, 4);
        for (int threads = 1; threads <= 5; threads++) {
            struct pool *pool = pool_create(threads, NULL);
            ck_assert_ptr_nonnull(pool);
            struct training *shared = training_of(settings[i]);
            shared->network->workers = pool_workers(pool);
            training_go(shared, 4);
            check_equal(alone, shared);
            training_destroy(shared);
            pool_destroy(pool);
        }
        training_destroy(alone);
    }
}
END_TEST

static void count_shares(void *context, int index, int count)
{
    atomic_int *shares = context;
    ck_assert_int_lt(index, count);
    atomic_fetch_add(&shares[index], 1);
}

START_TEST(each_piece_of_work_is_done_once_by_everybody)
{
    enum { THREADS = 3, PIECES = 20000 };
    atomic_int shares[THREADS] = {0};
    struct pool *pool = pool_create(THREADS, NULL);
    const struct workers *workers = pool_workers(pool);
    ck_assert_int_eq(workers->count, THREADS);
    for (int i = 1; i <= PIECES; i++) {
        workers_run(workers, 1e9, count_shares, shares);
        /* It has come back: so all are done. */
        for (int t = 0; t < THREADS; t++)
            ck_assert_int_eq(atomic_load(&shares[t]), i);
    }
    workers_run(workers, 1, count_shares, shares); /* too little to share */
    ck_assert_int_eq(atomic_load(&shares[0]), PIECES + 1);
    ck_assert_int_eq(atomic_load(&shares[1]), PIECES);
    pool_destroy(pool);
}
END_TEST

Suite *pool_suite(void)
{
    return SUITE("pool", threads_change_no_bit, each_piece_of_work_is_done_once_by_everybody);
}
