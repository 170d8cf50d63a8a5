"""What every page has to stand in a real browser: axe, no sideways scrolling, no hidden focus."""

from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page

AXE = Path(__file__).with_name("vendor") / "axe.min.js"
DESKTOP = (1280, 900)
PHONE = (375, 740)
NARROW = (360, 640)
ZOOMED = (640, 450)  # a desktop at 200 %

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIOLATIONS = """async (tags) => {
  const found = await axe.run({ runOnly: tags });
  return found.violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) =>
    `${node.target.join(" ")} (${node.failureSummary.replace(/\\s+/g, " ")})`).slice(0, 3).join("; ")}`);
}"""
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")].filter((element) => {
    const scrolls = element.closest(".table-frame");
    return element.getBoundingClientRect().right > width + 1 && (!scrolls || scrolls === element);
  }).slice(0, 5).map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
}"""
HIDDEN_FOCUS = """() => {
  const reachable = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const stops = [...document.querySelectorAll(reachable)];
  const hidden = [];
  for (const stop of stops) {
    if (stop.disabled || stop.type === "hidden" || !stop.checkVisibility()) continue;
    stop.focus();
    const box = stop.getBoundingClientRect();
    const x = box.left + Math.min(box.width, 60) / 2;
    const y = box.top + Math.min(box.height, 40) / 2; // a tall field shows where one begins to write
    const hit = document.elementFromPoint(x, y);
    const mine = hit && (stop.contains(hit) || hit.contains(stop) ||
      [...(stop.labels || [])].some((label) => label.contains(hit)));
    if (!mine) hidden.push(`${stop.tagName} ${stop.name || stop.textContent.trim().slice(0, 40)}`);
  }
  return hidden;
}"""


def faults_in_browser(page: Page) -> list[str]:
    """Return what a visitor with a screen reader, a small screen or a keyboard would stumble over."""
    page.wait_for_load_state()
    page.evaluate(AXE.read_text("utf-8"))
    violations: list[str] = page.evaluate(VIOLATIONS, RULES)
    wide: list[str] = page.evaluate(OVERFLOW)
    hidden: list[str] = page.evaluate(HIDDEN_FOCUS)
    return [
        *violations,
        *(f"wider than the screen: {element}" for element in wide),
        *(f"focused but covered: {element}" for element in hidden),
    ]


def follow(way: Locator) -> None:
    """Click what leads to another page, and wait until that page is there."""
    with way.page.expect_navigation():
        way.click()


def open_window(
    browser: Browser, address: str, size: tuple[int, int], *, scripts: bool = True
) -> BrowserContext:
    """Return a fresh window of this size onto the service at this address."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        locale="en-GB",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(10_000)
    return context


def listen(page: Page) -> list[str]:
    """Return a list that fills with every complaint that the browser makes about the page."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    return complaints
