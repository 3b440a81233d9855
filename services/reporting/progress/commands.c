#include "services/reporting/progress/commands.h"

#include "services/reporting/progress/board.h"

struct show {
    struct id project;
};

static const struct field show_fields[] = {
    OPTIONAL(show, project),
};
const struct shape show_shape = SHAPE(show);

struct err cmd_progress_show(struct call *call, const void *body)
{
    const struct show *ask = body;
    struct board board;

    TRY(board_read(call->db, call->arena, &board));
    TRY(board_only(&board, ask->project));
    return reply(call, FROM(board, &board));
}
