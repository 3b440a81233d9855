// The page of progress: draws the board, keeps it fresh, says how fresh it is.
// Text goes into the page as text only; numbers are changed in place, so that
// nothing jumps and nobody loses their place.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const API = "/api/v1/progress";
  const POLL_MS = 15000; // when there is no live stream to be had

  // ------------------------------------------------------------- small tools

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {}))
      node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function put(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  const count = (number) => Number(number).toLocaleString("zh-CN");

  // "2026-11-23T17:05:00+08:00" -> "11 月 23 日 (周一) 17:05", as it stands:
  // the district's time, wherever the reader is.
  function day_and_time(text) {
    const [, year, month, day, time] =
      /^(\d+)-(\d+)-(\d+)T(\d+:\d+)/.exec(text);
    const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
    return `${+month} 月 ${+day} 日 (周${"日一二三四五六"[weekday]}) ${time}`;
  }

  function ago(seconds) {
    if (seconds < 60) return `${seconds} 秒前`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} 分钟前`;
    if (seconds < 86400) return `${Math.floor(seconds / 3600)} 小时前`;
    return `${Math.floor(seconds / 86400)} 天前`;
  }

  // -------------------------------------------------------------- large type

  function large_type() {
    const button = $("large");
    const show = (on) => {
      document.documentElement.classList.toggle("large", on);
      button.setAttribute("aria-pressed", String(on));
    };
    const keep = (on) => {
      try { localStorage.setItem("large", on ? "1" : ""); } catch { /* private */ }
    };
    let on = false;
    try { on = localStorage.getItem("large") === "1"; } catch { /* private */ }
    show(on);
    button.hidden = false;
    button.addEventListener("click", () => {
      on = !on;
      show(on);
      keep(on);
    });
  }

  // --------------------------------------------------------------- one place

  const is_word = (step) => step.shown === "few" || step.shown === "not";

  function spoken(step) {
    if (step.shown === "count")
      return `${step.label} ${count(step.reached)} 户（${step.text}）`;
    return `${step.label} ${step.text}`;
  }

  function bar(tall) {
    const parts = [make("i", { class: "s3" }), make("i", { class: "s2" })];
    const node = make("div", { class: tall ? "bar tall" : "bar", role: "img" },
      ...parts);
    return {
      node,
      show(name, steps) {
        const [, offered, effective] = steps.map((step) => step.percent || 0);
        parts[0].style.width = `${effective}%`;
        parts[1].style.width = `${Math.max(offered - effective, 0)}%`;
        node.setAttribute("aria-label",
          `${name}：${steps.map(spoken).join("，")}`);
      },
    };
  }

  // A stage of the whole project: its name, its share, its households.
  function stage(number) {
    const label = make("span", { class: "t" });
    const share = make("b");
    const households = make("span", { class: "c meta" });
    return {
      node: make("li", { class: `t${number + 1}` }, label, share, households),
      show(step) {
        const has_count = step.shown === "count";
        put(label, step.label);
        put(share, number === 0 && has_count
          ? `${count(step.reached)} 户` : step.text);
        share.classList.toggle("word", is_word(step));
        put(households, number > 0 && has_count
          ? `${count(step.reached)} 户` : "");
      },
    };
  }

  function figure(label) {
    const share = make("span", { class: "share" });
    const households = make("span", { class: "meta" });
    return {
      node: make("td", { class: "n", role: "cell" },
        make("span", { class: "short meta" }, `${label} `), households, " ",
        share),
      show(step) {
        put(share, step.text);
        share.classList.toggle("word", is_word(step));
        put(households, step.shown === "count"
          ? `${count(step.reached)} 户` : "");
      },
    };
  }

  function community(place) {
    const name = make("th", { scope: "row", role: "rowheader" });
    const all = make("td", { class: "n all", role: "cell" });
    const line = bar(false);
    const offered = figure(place.stages[1].label);
    const effective = figure(place.stages[2].label);
    return {
      id: place.id,
      node: make("tr", { role: "row" }, name, all,
        make("td", { class: "w", role: "cell" }, line.node),
        offered.node, effective.node),
      show(now) {
        const [registered] = now.stages;
        put(name, now.name);
        put(all, registered.shown === "count"
          ? `${count(registered.reached)} 户` : registered.text);
        line.show(now.name, now.stages);
        offered.show(now.stages[1]);
        effective.show(now.stages[2]);
      },
    };
  }

  function communities(project, rows) {
    const head = (text, kind) =>
      make("th", { scope: "col", role: "columnheader", class: kind }, text);
    const labels = project.stages.map((step) => step.label);
    return make("section", { class: "card" },
      make("div", { class: "head" }, make("h2", {}, "各社区"),
        make("span", { class: "meta" },
          "按社区编号排列；户数 5 户一档，不足 5 户不显示")),
      make("ul", { class: "key", "aria-hidden": "true" },
        ...[2, 1, 0].map((n) =>
          make("li", {}, make("i", { class: `s${n + 1}` }), labels[n]))),
      make("table", { role: "table", "aria-label": `${project.name}：各社区进度` },
        make("thead", { role: "rowgroup" },
          make("tr", { role: "row" }, head("社区", ""), head("已建档", "n"),
            head("进度", "w"), head(labels[1], "n"), head(labels[2], "n"))),
        make("tbody", { role: "rowgroup" }, ...rows.map((row) => row.node))));
  }

  const DOCUMENT = {
    purpose: "公共利益的认定", freeze: "征收范围和暂停办理通知",
    pre_notice: "征收土地预公告", resolution: "村民（成员）会议的决议",
    lessor: "公房出租单位的文件", risk: "社会稳定风险评估结论",
    plan: "补偿（安置）方案", decision: "房屋征收决定", approval: "征地批复",
    land_notice: "征收土地公告",
  };

  // What the project rests on: who wants to check it asks by this number.
  function documents() {
    const list = make("dl", { class: "why" });
    const node = make("section", { class: "card" },
      make("div", { class: "head" }, make("h2", {}, "依据的文件"),
        make("span", { class: "meta" },
          "可以凭文号向发文机关或街道征迁办查对")), list);
    let drawn_from = "";
    return {
      node,
      show(all) {
        node.hidden = !all.length;
        if (JSON.stringify(all) === drawn_from) return;
        drawn_from = JSON.stringify(all);
        list.replaceChildren(...all.flatMap((one) => {
          const [year, month, day] = one.day.split("-").map(Number);
          return [make("dt", {}, DOCUMENT[one.kind] || one.kind),
            make("dd", {}, one.number,
              make("span", { class: "meta" },
                ` ${year} 年 ${month} 月 ${day} 日`))];
        }));
      },
    };
  }

  function empty(title, text) {
    return make("section", { class: "card empty" },
      make("img", { src: "/kite.svg", alt: "" }), make("b", {}, title),
      make("p", {}, text));
  }

  // ------------------------------------------------------------- one project

  const is_empty = (project) => !project.communities.length
    || project.stages[0].reached === 0;

  function project_view(project) {
    const title = make("h2");
    const extent = make("span", { class: "meta" });
    const line = bar(true);
    const stages = project.stages.map((_, number) => stage(number));
    const rows = project.communities.map(community);
    const papers = documents();
    return {
      nodes: [
        make("section", { class: "card" },
          make("div", { class: "head" }, title, extent), line.node,
          make("ul", { class: "stages" }, ...stages.map((one) => one.node))),
        communities(project, rows),
        papers.node,
      ],
      show(now) {
        const [registered] = now.stages;
        put(title, now.name);
        put(extent, `${count(now.communities.length)} 个社区`
          + (registered.reached ? ` · ${count(registered.reached)} 户` : ""));
        line.show(now.name, now.stages);
        stages.forEach((one, number) => one.show(now.stages[number]));
        rows.forEach((row, number) => row.show(now.communities[number]));
        papers.show(now.documents || []);
      },
    };
  }

  function empty_view(project) {
    const node = empty(project.name,
      "还没有登记的住户。入户调查表导入后会出现在这里，不用刷新。");
    const papers = documents();
    return {
      nodes: [node, papers.node],
      show: (now) => papers.show(now.documents || []),
    };
  }

  // --------------------------------------------------------------- the board

  // What stands on the page; made anew only when places come or go.
  let drawn = { plan: null, views: [] };
  let board = null;

  const plan_of = (projects) => JSON.stringify(projects.map((project) =>
    [project.id, is_empty(project), project.communities.map((c) => c.id)]));

  function draw(projects) {
    const views = projects.map((project) =>
      is_empty(project) ? empty_view(project) : project_view(project));
    const nodes = views.flatMap((view) => view.nodes);
    if (!nodes.length)
      nodes.push(empty("还没有项目",
        "项目开通、入户调查表导入后，进度会出现在这里，不用刷新。"));
    $("projects").replaceChildren(...nodes);
    $("projects").removeAttribute("aria-busy");
    return views;
  }

  function explain(definition) {
    for (const part of ["numerator", "denominator", "formula", "privacy"])
      put($(part), definition[part]);
    put($("basis"),
      `指标 ${definition.code}，第 ${definition.version} 版；`
      + `已计入 ${count(board.sequence)} 条业务记录`);
    $("about").hidden = false;
  }

  function show(next) {
    if (board && next.sequence === board.sequence) return;
    board = next;
    const plan = plan_of(board.projects);
    if (plan !== drawn.plan) drawn = { plan, views: draw(board.projects) };
    drawn.views.forEach((view, n) => view.show(board.projects[n]));
    explain(board.definition);
    say_fresh();
  }

  // --------------------------------------------------------------- freshness

  let ahead_ms = 0; // the server's clock less ours
  let state = "wait"; // live, wait, lost

  function say_fresh() {
    $("fresh").dataset.state = state;
    if (!board) return;
    if (!board.as_of) {
      put($("fresh"), "还没有业务记录");
      return;
    }
    const age = (Date.now() + ahead_ms - Date.parse(board.as_of)) / 1000;
    put($("fresh"), `数据截至 ${day_and_time(board.as_of)}，`
      + `${ago(Math.max(Math.floor(age), 0))}更新`);
  }

  function be(next, text) {
    state = next;
    $("lost").hidden = !text;
    put($("lost"), text || "");
    say_fresh();
  }

  const lost = (why) => be("lost", board
    ? `${why}，正在重新连接。下面是断开前的数字。` : `${why}，正在重新连接。`);

  // ------------------------------------------------------------ where it comes from

  async function load() {
    const answer = await fetch(API, { headers: { Accept: "application/json" } });
    const date = Date.parse(answer.headers.get("Date"));
    if (date) ahead_ms = date - Date.now();
    if (!answer.ok)
      throw new Error((await answer.json()).title || String(answer.status));
    show(await answer.json());
  }

  // Once now and then while there is no stream; tells whether it worked.
  async function poll() {
    try {
      await load();
      be("live", "");
    } catch (error) {
      lost(error instanceof TypeError ? "连接断开了" : error.message);
    }
  }

  function listen() {
    const source = new EventSource("/api/v1/events");
    source.addEventListener("progress", (event) => {
      show(JSON.parse(event.data));
      be("live", "");
    });
    source.addEventListener("open", () => be("live", ""));
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(listen, POLL_MS); // refused: too many, or the store is away
        poll();
      } else {
        lost("连接断开了");
      }
    });
  }

  large_type();
  setInterval(say_fresh, 1000);
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details"))
      details.open = true;
  });
  poll().then(listen);
})();
