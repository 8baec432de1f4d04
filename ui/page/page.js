// A marker leads to its source wherever that is folded away; a button copies an answer.
(() => {
  const lang = (navigator.language || "zh-CN").toLowerCase();
  document.documentElement.lang = lang.startsWith("zh") ? navigator.language : "en";

  // Gradio reads a message's markup out in its label; what is shown says it better.
  new MutationObserver(() => {
    for (const e of document.querySelectorAll("#chat [data-testid][aria-label], #chat .example[aria-label]"))
      if (e.ariaLabel !== e.textContent.trim()) e.ariaLabel = e.textContent.trim();
  }).observe(document.documentElement, { childList: true, subtree: true });

  // What a reader opened stays open when Gradio draws the sources again within the same turn.
  let opened = null;
  const turns = () => document.querySelectorAll("#chat .asked").length;
  const unfold = (target) => {
    for (let e = target; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
  };
  new MutationObserver(() => {
    const target = opened && document.getElementById(opened.id);
    if (!target || target === opened.target) return;
    if (turns() <= opened.turns) unfold((opened.target = target)); // fewer while the chat is drawn again
    else opened = null;
  }).observe(document.documentElement, { childList: true, subtree: true });

  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  function show(target) {
    opened = { id: target.id, target, turns: turns() };
    unfold(target);
    const card = target.closest(".card") || target;
    card.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block: "nearest" });
    card.classList.remove("shown");
    void card.offsetWidth; // so that the animation starts again
    card.classList.add("shown");
    card.focus({ preventScroll: true });
  }

  async function copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = Object.assign(document.createElement("textarea"), { value: text }); // plain http
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }

  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest?.('a[href^="#source"]');
      const target = link && document.getElementById(link.getAttribute("href").slice(1));
      if (target) {
        event.preventDefault();
        event.stopPropagation();
        show(target);
        return;
      }
      const button = event.target.closest?.("button.copy");
      if (button) {
        const label = button.textContent;
        copy(button.dataset.text).then(() => {
          button.textContent = button.dataset.copied;
          setTimeout(() => (button.textContent = label), 1500);
        });
      }
    },
    true,
  );
})();
