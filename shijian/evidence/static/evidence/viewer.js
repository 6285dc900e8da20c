// Looking at pictures one after the other. Without it each picture leads to its page.
const gallery = document.querySelector("[data-gallery]");
const dialog = document.querySelector("[data-viewer]");
const links = [...(gallery?.querySelectorAll("[data-full]") ?? [])];
let at = 0;

function show(index) {
  at = (index + links.length) % links.length;
  const link = links[at], image = dialog.querySelector("[data-viewer-image]");
  image.src = link.dataset.full;
  image.alt = link.dataset.caption;
  dialog.querySelector("[data-viewer-caption]").textContent = link.dataset.caption;
  dialog.querySelector("[data-viewer-open]").href = link.href;
}

if (dialog && links.length) {
  links.forEach((link, index) => link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(index);
    dialog.showModal();
  }));
  for (const button of dialog.querySelectorAll("[data-viewer-step]")) {
    button.addEventListener("click", () => show(at + Number(button.dataset.viewerStep)));
  }
  dialog.querySelector("[data-viewer-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(at - 1);
    if (event.key === "ArrowRight") show(at + 1);
  });
}
