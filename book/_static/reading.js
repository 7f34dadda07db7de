// What the theme leaves undone for readers without a mouse, and for pages opened from a folder.
const wide = "div.math mjx-container, span.math[data-wide], .pst-scrollable-table-container, .cell_output .output, .bd-article pre";

// A box that scrolls sideways can be reached and named from the keyboard; one that does not is no stop.
function reach() {
  for (const formula of document.querySelectorAll("span.math")) {
    const room = formula.closest("p, li, dd, td, th, div").clientWidth, drawn = formula.querySelector("mjx-container");
    formula.toggleAttribute("data-wide", drawn && drawn.getBoundingClientRect().width > room);
  }
  for (const box of document.querySelectorAll(wide)) {
    const scrolls = box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== "visible";
    if (scrolls) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", box.closest(".math") ? "Formula, scrolls sideways" : "Scrolls sideways");
    } else for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  }
}
addEventListener("load", () => (window.MathJax?.startup?.promise ?? Promise.resolve()).then(reach));
addEventListener("resize", reach);

// The search button's name is what it shows, and the sidebar is a landmark.
document.querySelector(".search-button-field")?.removeAttribute("aria-label");
document.querySelector(".bd-sidebar-primary")?.setAttribute("role", "complementary");

// From a folder the search cannot fetch the pages it found, so it shows their titles only.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
