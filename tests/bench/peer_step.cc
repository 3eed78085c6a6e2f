#include "peer_step.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace
{

/* C = alpha A B without what C held; rows of C without gaps. */
void gemm(bool transpose_a, bool transpose_b, int m, int n, int k, double alpha,
    const double *a, int lda, const double *b, int ldb, double *c)
{
    cblas_dgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans,
        transpose_b ? CblasTrans : CblasNoTrans, m, n, k, alpha, a, lda, b, ldb, 0, c, n);
}

void gemm(bool transpose_a, bool transpose_b, int m, int n, int k, float alpha, const float *a,
    int lda, const float *b, int ldb, float *c)
{
    cblas_sgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans,
        transpose_b ? CblasTrans : CblasNoTrans, m, n, k, alpha, a, lda, b, ldb, 0, c, n);
}

} // namespace

struct peer {
    virtual ~peer() = default;
    virtual void set_parameter(int layer, int row, int column, double value) = 0;
    virtual void set_sample(int sample, const double *inputs, int label) = 0;
    virtual double step(peer_layer *layers) = 0;
};

namespace
{

template <typename real> class net final : public peer
{
  public:
    explicit net(const peer_shape &given)
        : shape(given), inputs(cells(given.batch, given.inputs)),
          targets(cells(given.batch, 1)), active(cells(given.width, 1)),
          z(cells(given.batch, 1)), out(cells(given.batch, 1)),
          delta(cells(given.batch, given.width)), back(cells(given.batch, given.width)),
          gradients(cells(std::max(given.inputs, given.width) + 1, given.width))
    {
        for (int l = 0; l <= shape.depth; l++) {
            parameters.push_back(std::vector<real>(cells(rows(l) + 1, columns(l))));
            if (l < shape.depth)
                a.push_back(std::vector<real>(cells(shape.batch, shape.width)));
        }
    }

    void set_parameter(int layer, int row, int column, double value) override
    {
        parameters[layer][cells(row, columns(layer)) + column] = static_cast<real>(value);
    }

    void set_sample(int sample, const double *values, int label) override
    {
        for (int i = 0; i < shape.inputs; i++)
            inputs[cells(sample, shape.inputs) + i] = static_cast<real>(values[i]);
        targets[sample] = static_cast<real>(label);
    }

    double step(peer_layer *layers) override
    {
        for (int l = 0; l < shape.depth; l++) {
            gemm(false, false, shape.batch, shape.width, rows(l), real(1), below(l), rows(l),
                parameters[l].data(), shape.width, a[l].data());
            shape.relu ? activate<true>(l, layers[l]) : activate<false>(l, layers[l]);
        }
        double loss = output(layers[shape.depth]);
        for (int l = shape.depth - 1; l >= 0; l--) {
            if (l < shape.depth - 1)
                gemm(false, true, shape.batch, shape.width, shape.width, real(1), delta.data(),
                    shape.width, parameters[l + 1].data(), shape.width, back.data());
            /* The weights above have served; while their gradient is in the cache: */
            descend(l + 1, layers[l + 1]);
            shape.relu ? slope<true>(l, layers[l]) : slope<false>(l, layers[l]);
        }
        descend(0, layers[0]);
        return loss;
    }

  private:
    static std::size_t cells(int height, int width)
    {
        return static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    }
    int rows(int l) const
    {
        return l == 0 ? shape.inputs : shape.width;
    }
    int columns(int l) const
    {
        return l == shape.depth ? 1 : shape.width;
    }
    const real *below(int l) const
    {
        return l == 0 ? inputs.data() : a[l - 1].data();
    }

    /*
     * Bias, activation, moments and who is on, while a few rows are in the cache. Sums run
     * along all of them: at the end of each short row they would have to be added across a
     * vector.
     */
    template <bool relu> void activate(int l, peer_layer &layer)
    {
        const int width = shape.width, most = std::max(1, 4096 / width);
        const real *__restrict bias = parameters[l].data() + cells(rows(l), width);
        real *__restrict on = active.data();
        real sum = 0, square = 0;
        std::fill(active.begin(), active.end(), real(0));
        for (int first = 0; first < shape.batch; first += most) {
            const int height = std::min(most, shape.batch - first);
            real *__restrict x = a[l].data() + cells(first, width);
            for (int i = 0; i < height; i++) {
                for (int j = 0; j < width; j++)
                    x[i * width + j] += bias[j];
            }
            for (int i = 0; i < height * width; i++) {
                x[i] = relu ? std::max(x[i], real(0)) : 1 / (1 + std::exp(-x[i]));
                sum += x[i];
                square += x[i] * x[i];
            }
            for (int i = 0; relu && i < height; i++) {
                for (int j = 0; j < width; j++)
                    on[j] = std::max(on[j], x[i * width + j]);
            }
        }
        moments(layer, cells(shape.batch, width), sum, square);
        layer.dead = relu ? static_cast<int>(std::count(on, on + width, real(0))) : 0;
    }

    static void moments(peer_layer &layer, std::size_t count, real sum, real square)
    {
        const double n = static_cast<double>(count), mean = sum / n;
        layer.act_mean = mean;
        layer.act_std = std::sqrt(std::max(0.0, square / n - mean * mean));
    }

    /* z of the output, the loss, its δ, and what of it goes down. */
    double output(peer_layer &layer)
    {
        const int width = shape.width, last = shape.depth;
        const real *__restrict w = parameters[last].data();
        const real bias = w[width];
        real loss = 0, square = 0, sum = 0, z_square = 0;
        for (int i = 0; i < shape.batch; i++) {
            const real *__restrict row = a[last - 1].data() + cells(i, width);
            real x = bias;
            for (int j = 0; j < width; j++)
                x += row[j] * w[j];
            z[i] = x;
        }
        for (int i = 0; i < shape.batch; i++) {
            real x = z[i], e = std::exp(-std::abs(x)), p = 1 / (1 + e);
            loss += std::max(x, real(0)) - targets[i] * x + std::log(1 + e);
            out[i] = (x >= 0 ? p : 1 - p) - targets[i];
            sum += x;
            z_square += x * x;
            square += out[i] * out[i];
        }
        for (int i = 0; i < shape.batch; i++) {
            real *__restrict row = back.data() + cells(i, width);
            for (int j = 0; j < width; j++)
                row[j] = out[i] * w[j];
        }
        layer = {};
        moments(layer, shape.batch, sum, z_square);
        layer.delta = std::sqrt(square);
        return loss / static_cast<double>(shape.batch);
    }

    /* δ from what came down, its norms, and how much is saturated, in one loop. */
    template <bool relu> void slope(int l, peer_layer &layer)
    {
        const real limit = static_cast<real>(0.05 * 0.25); /* of the largest slope */
        const std::size_t count = cells(shape.batch, shape.width);
        const real *__restrict from = a[l].data();
        const real *__restrict x = back.data();
        real *__restrict to = delta.data();
        real back_square = 0, square = 0, flat = 0;
        for (std::size_t i = 0; i < count; i++) {
            real s = relu ? (from[i] > 0 ? real(1) : real(0)) : from[i] * (1 - from[i]);
            real d = x[i] * s;
            to[i] = d;
            back_square += x[i] * x[i];
            square += d * d;
            flat += !relu && s < limit ? real(1) : real(0);
        }
        layer.back = std::sqrt(back_square);
        layer.delta = std::sqrt(square);
        layer.saturated = flat / static_cast<double>(count);
    }

    /* Gradients of a layer from its δ, their norms, the update and its norm. */
    void descend(int l, peer_layer &layer)
    {
        const int n_in = rows(l), n_out = columns(l), batch = shape.batch;
        const real *d = l == shape.depth ? out.data() : delta.data();
        const real *from = below(l), share = real(1) / static_cast<real>(batch);
        real *__restrict g = gradients.data(), *__restrict biases = g + cells(n_in, n_out);
        if (n_out == 1) {
            std::fill(g, g + n_in, real(0));
            for (int i = 0; i < batch; i++) {
                const real *__restrict row = from + cells(i, n_in);
                for (int j = 0; j < n_in; j++)
                    g[j] += share * d[i] * row[j];
            }
        } else {
            gemm(true, false, n_in, n_out, batch, share, from, n_in, d, n_out, g);
        }
        std::fill(biases, biases + n_out, real(0));
        for (int i = 0; i < batch; i++) {
            const real *__restrict row = d + cells(i, n_out);
            for (int j = 0; j < n_out; j++)
                biases[j] += row[j];
        }
        const real lr = static_cast<real>(shape.lr);
        const std::size_t count = cells(n_in, n_out);
        real *__restrict w = parameters[l].data();
        real bias_square = 0, weights = 0, square = 0;
        for (int j = 0; j < n_out; j++) {
            real b = biases[j] * share;
            bias_square += b * b;
            w[count + j] -= lr * b;
        }
        for (std::size_t i = 0; i < count; i++) {
            weights += w[i] * w[i];
            square += g[i] * g[i];
            w[i] -= lr * g[i];
        }
        layer.weights = std::sqrt(weights);
        layer.weight_grad = std::sqrt(square);
        layer.bias_grad = std::sqrt(bias_square);
        layer.step = shape.lr * layer.weight_grad / layer.weights;
    }

    const peer_shape shape;
    std::vector<real> inputs, targets, active, z, out, delta, back, gradients;
    std::vector<std::vector<real>> parameters, a;
};

} // namespace

struct peer *peer_create(const struct peer_shape *shape, bool single)
{
    if (single)
        return new net<float>(*shape);
    return new net<double>(*shape);
}

void peer_destroy(struct peer *peer)
{
    delete peer;
}

void peer_set_parameter(struct peer *peer, int layer, int row, int column, double value)
{
    peer->set_parameter(layer, row, column, value);
}

void peer_set_sample(struct peer *peer, int sample, const double *inputs, int label)
{
    peer->set_sample(sample, inputs, label);
}

double peer_step(struct peer *peer, struct peer_layer *layers)
{
    return peer->step(layers);
}
