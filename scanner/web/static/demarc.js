// What the pages do better with a script; all of them work without.
"use strict";

const KEY = "demarc-theme";

function remembered() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}

function paint(theme) {
  if (theme) { document.documentElement.dataset.theme = theme; }
}

paint(remembered());

function switchTheme() {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  paint(dark ? "light" : "dark");
  try { localStorage.setItem(KEY, dark ? "light" : "dark"); } catch { /* it lasts as long as the page */ }
}

// One stop for Tab in the picture, arrows inside it.
function steer(grid) {
  const rows = [...grid.rows].map((row) => [...row.cells].map((cell) => cell.querySelector("a"))).filter((row) => row.some(Boolean));
  const links = rows.flat().filter(Boolean);
  const stop = (link) => { links.forEach((each) => { each.tabIndex = -1; }); link.tabIndex = 0; };
  if (links.length) { stop(links[0]); }
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  grid.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    const from = event.target.closest("a");
    if (!move || !from) { return; }
    let y = rows.findIndex((row) => row.includes(from));
    let x = rows[y].indexOf(from);
    for (;;) {
      y += move[0]; x += move[1];
      if (!rows[y] || x < 0 || x >= rows[y].length) { break; }
      if (rows[y][x]) { stop(rows[y][x]); rows[y][x].focus(); break; }
    }
    event.preventDefault();
  });
  grid.addEventListener("focusin", (event) => { const link = event.target.closest("a"); if (link) { stop(link); } });
}

// What a cell means, beside it, for who points at it.
function explain(grid) {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  const show = (link) => {
    tip.textContent = link.getAttribute("aria-label");
    const box = link.getBoundingClientRect();
    tip.classList.add("on");
    const left = Math.min(box.left + scrollX, scrollX + document.documentElement.clientWidth - tip.offsetWidth - 8);
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${box.bottom + scrollY + 6}px`;
  };
  for (const name of ["mouseover", "focusin"]) {
    grid.addEventListener(name, (event) => {
      const link = event.target.closest("[data-tip]");
      if (link) { show(link); } else { tip.classList.remove("on"); }
    });
  }
  for (const name of ["mouseleave", "focusout"]) { grid.addEventListener(name, () => tip.classList.remove("on")); }
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-theme-switch]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", switchTheme);
  });
  document.querySelectorAll("[data-grid]").forEach((grid) => { steer(grid); explain(grid); });
  document.querySelectorAll("form[method=get]").forEach((form) => {
    form.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData]) { if (value === "") { event.formData.delete(name); } }
    });
  });
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = "Copied";
    });
  });
});
