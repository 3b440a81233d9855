#include "services/reporting/http/problem.h"

#include <stddef.h>
#include <string.h>

const struct problem problems[PROBLEM_COUNT] = {
    [PROBLEM_MALFORMED] = {
        "malformed", 400, "请求格式不对",
        "请求不符合 HTTP 的规定，没有处理。用浏览器打开首页即可；程序请检查请求头。",
        "Malformed request",
        "The request breaks a rule of HTTP and was not handled. Check its "
        "headers.",
    },
    [PROBLEM_PARAMETER] = {
        "parameter", 400, "参数不认识或不对",
        "地址中问号后面的某个参数这里没有，或者它的值不对。errors 里写着是哪一个。",
        "Unknown or wrong parameter",
        "A parameter of the query is not known here, or its value does not "
        "fit. errors names it.",
    },
    [PROBLEM_NOT_FOUND] = {
        "not-found", 404, "没有这个页面或数据",
        "地址可能写错了，或者内容已经移走。您可以从首页重新开始。",
        "Not found",
        "The address may be misspelt, or the content has moved. Begin again at "
        "the home page.",
    },
    [PROBLEM_METHOD] = {
        "method", 405, "这里只能查看",
        "这个地址只接受回答里 Allow 一栏列出的方法。",
        "Method not allowed",
        "This address takes only the methods that the answer's Allow header "
        "lists.",
    },
    [PROBLEM_NOT_OFFERED] = {
        "not-offered", 406, "没有这种格式",
        "这里提供 JSON（application/json）和表格（text/csv）。",
        "Format not offered",
        "Offered are JSON (application/json) and a sheet (text/csv).",
    },
    [PROBLEM_BODY_TOO_LARGE] = {
        "body-too-large", 413, "内容太大",
        "一次最多接收 1 MiB。请分成几次。",
        "Body too large", "At most 1 MiB is taken at a time. Split it.",
    },
    [PROBLEM_ADDRESS_TOO_LONG] = {
        "address-too-long", 414, "地址太长", "地址最多 4 KiB。",
        "Address too long", "An address has at most 4 KiB.",
    },
    [PROBLEM_HEADER_TOO_LARGE] = {
        "header-too-large", 431, "请求头太大",
        "请求头最多 16 KiB、64 项。清除本站的浏览数据后可以再试。",
        "Header too large", "A header has at most 16 KiB and 64 fields.",
    },
    [PROBLEM_AWAY] = {
        "away", 503, "暂时取不到数据",
        "数据库正在重启或维护，数据没有丢失。稍后会自动恢复，您可以过一会儿再看。",
        "Data is away for a moment",
        "The store is restarting or being serviced; nothing is lost. Try again "
        "after Retry-After seconds.",
    },
    [PROBLEM_CROWDED] = {
        "crowded", 503, "同时观看的人太多",
        "实时更新的连接已满。页面会改为定时刷新，数字同样准确。",
        "Too many live viewers",
        "All live connections are taken. Read /api/v1/progress from time to "
        "time instead.",
    },
    [PROBLEM_FAULT] = {
        "fault", 500, "系统出错了",
        "这是我们的问题，已经记录。请把 instance 一栏的编号告诉社区窗口。",
        "Our fault",
        "Something went wrong here and is on record. Quote the instance when "
        "you report it.",
    },
};

const struct problem *problem_named(const char *name)
{
    for (size_t i = 0; i < PROBLEM_COUNT; i++)
        if (strcmp(problems[i].name, name) == 0)
            return &problems[i];
    return NULL;
}

const char *problem_page(const struct problem *problem, const char *model,
                         struct arena *arena)
{
    const struct {
        const char *mark, *text;
    } marks[] = {
        { "{status}", arena_format(arena, "%u", problem->status) },
        { "{title}", problem->title },
        { "{advice}", problem->advice },
        { "{title_en}", problem->title_en },
        { "{advice_en}", problem->advice_en },
    };
    const char *page = model;

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const char *found;
        while ((found = strstr(page, marks[i].mark)))
            page = arena_format(arena, "%.*s%s%s", (int)(found - page), page,
                                marks[i].text, found + strlen(marks[i].mark));
    }
    return page;
}
