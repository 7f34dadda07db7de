"""What axe-core finds in a page, as sentences."""

from axe_playwright_python.base import AXE_SCRIPT

# The names under which axe keeps its rules.  What it counts as experimental is off, but for one:
# whoever speaks to a computer names a button as it is labeled.
RULES = """{
    preload: false,  // else axe would fetch the style sheets again, from wrong addresses
    resultTypes: ["violations"],
    rules: {"color-contrast": {enabled: false}, "label-content-name-mismatch": {enabled: true}},
}"""

# A formula that heads a column is drawn, which axe does not count as visible text.
SETTINGS = """() => {
    document.querySelectorAll("th:has(mjx-container)").forEach(head => head.dataset.drawn = "");
    const selector = "th:not([role]):not([data-drawn])";
    axe.configure({rules: [{id: "empty-table-header", selector}]});
}"""

# Contrast takes axe milliseconds an element, and pages have thousands of the same look: so it gets
# one of each look, which is the letters' color, size and weight, and all that lies behind them.
CONTRAST = """async () => {
    const seen = new Set(), sample = [];
    for (const element of document.querySelectorAll("body *")) {
        const letters = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
        if (!letters || !element.checkVisibility() || element.closest("mjx-container")) continue;
        const { color, fontSize, fontWeight } = getComputedStyle(element), behind = new Set();
        for (let box = element; box; box = box.parentElement) {
            const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(box);
            behind.add([backgroundColor, backgroundImage, opacity, filter].join());
        }
        const look = [color, fontSize, fontWeight, ...behind].join(" ");
        if (!seen.has(look)) sample.push(element);
        seen.add(look);
    }
    const options = {preload: false, resultTypes: ["violations"], runOnly: ["color-contrast"]};
    return await axe.run({include: sample}, options);
}"""


def violations(page):
    """Everything but contrast, which does not change with the colors."""
    return run(page, f"async () => await axe.run({RULES})")


def faint_letters(page):
    """Letters that stand out too little from what is behind them."""
    return run(page, CONTRAST)


def run(page, script):
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
        page.evaluate(SETTINGS)
    return [
        f"{violation['id']}: {violation['help']}\n    {node['html'][:200]}\n    {reason(node)}"
        for violation in page.evaluate(script)["violations"]
        for node in violation["nodes"]
    ]


def reason(node):
    return "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])
