#include <stdbool.h>
#include <termios.h>
#include <unistd.h>

#include "term/internal.h"

/* The terminal belongs to the process, and so do these. */
static struct termios found, ours;
static bool known;

bool modes_save(void)
{
    known = tcgetattr(STDIN_FILENO, &found) == 0;
    return known;
}

void modes_take(void)
{
    if (!known)
        return;
    ours = found;
    /* With signals: Ctrl-C, Ctrl-\ and Ctrl-Z are the terminal driver's. Without IXON: Ctrl-S
     * would stop the picture. All eight bits of a byte, and every byte as it comes. */
    ours.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | IEXTEN);
    ours.c_lflag |= ISIG;
    ours.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON | IXOFF | ISTRIP | PARMRK | INPCK);
    ours.c_oflag &= ~(tcflag_t)OPOST;
    ours.c_cc[VMIN] = 1;
    ours.c_cc[VTIME] = 0;
    (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &ours);
}

void modes_restore(void)
{
    if (known)
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &found);
}
