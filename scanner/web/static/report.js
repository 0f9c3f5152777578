// The findings of a report that is opened from disk: filtered, and a page at a time.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const PAGE = 100;
const PRINTED = 1000;
const body = document.querySelector("#findings tbody");
const form = document.getElementById("filters");
const place = { at: 0, rows: data.findings };

function cell(...children) {
  const made = document.createElement("td");
  made.append(...children);
  return made;
}

function tagged(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) { made.className = className; }
  return made;
}

function row(each) {
  const [check, account, region, type, id, name, reason, opened, status] = each;
  const [checkId, title, severity, area, , , fix, hcl] = data.checks[check];
  const made = document.createElement("tr");
  const what = tagged("b", title, "title");
  const details = document.createElement("details");
  details.append(tagged("summary", "How to fix it"), tagged("p", fix));
  if (hcl) {
    const shown = tagged("pre", hcl);
    shown.tabIndex = 0;
    details.append(shown);
  }
  details.append(tagged("code", checkId));
  const where = tagged("bdi", name || id);
  where.title = id;
  made.append(
    cell(tagged("span", severity, `severity s-${severity}`)),
    cell(what, tagged("small", reason, "reason"), details),
    cell(where, tagged("small", `${type} · ${region}`)),
    cell(tagged("bdi", data.accounts[account][2])),
    cell(area.replaceAll("_", " ")),
    cell(status === "fail" ? opened : status),
  );
  return made;
}

function fits(each, wanted) {
  const check = data.checks[each[0]];
  return (!wanted.severity || check[2] === wanted.severity)
    && (!wanted.area || check[3] === wanted.area)
    && (!wanted.service || check[4] === wanted.service)
    && (!wanted.account || String(each[1]) === wanted.account)
    && (!wanted.status || each[8] === wanted.status)
    && (!wanted.q || `${each[4]} ${each[5]} ${each[6]} ${check[0]} ${check[1]}`.toLowerCase().includes(wanted.q));
}

function draw(from, most) {
  body.replaceChildren(...place.rows.slice(from, from + most).map(row));
  const last = Math.min(from + most, place.rows.length);
  document.getElementById("said").textContent = place.rows.length
    ? `${(from + 1).toLocaleString("en")} to ${last.toLocaleString("en")} of ${place.rows.length.toLocaleString("en")}`
    : "Nothing fits";
  document.getElementById("back").disabled = from === 0;
  document.getElementById("on").disabled = last >= place.rows.length;
}

function filter() {
  const wanted = Object.fromEntries(new FormData(form));
  wanted.q = (wanted.q || "").trim().toLowerCase();
  place.rows = data.findings.filter((each) => fits(each, wanted));
  place.at = 0;
  draw(0, PAGE);
}

function turn(by) {
  place.at += by * PAGE;
  draw(place.at, PAGE);
  document.getElementById("findings").scrollIntoView({ block: "start" });
}

function choose(service, area) {
  form.reset();
  form.elements.service.value = service;
  form.elements.area.value = area;
  filter();
  document.getElementById("list").scrollIntoView({ block: "start" });
  document.getElementById("list").focus();
}

document.querySelectorAll("[hidden][data-script]").forEach((each) => { each.hidden = false; });
document.querySelectorAll("a[href^='#cell']").forEach((link) => {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const [service, area] = link.hash.slice(6).split("/");
    choose(decodeURIComponent(service || ""), decodeURIComponent(area || ""));
  });
});
document.querySelectorAll("a[href^='#show']").forEach((link) => {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const grid = document.querySelector("[data-grid]");
    const name = `only-${link.hash.slice(6)}`;
    const off = grid.classList.contains(name);
    grid.classList.remove("only-red", "only-blind", "only-dark", "only-theirs");
    if (!off) { grid.classList.add(name); }
  });
});
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("back").addEventListener("click", () => turn(-1));
document.getElementById("on").addEventListener("click", () => turn(1));
addEventListener("beforeprint", () => draw(0, PRINTED));
addEventListener("afterprint", () => draw(place.at, PAGE));
filter();
