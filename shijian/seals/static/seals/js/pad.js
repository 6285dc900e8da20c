// A pad for a signature: strokes with their times and a picture go into the form; turning the phone keeps the strokes.
const form = document.querySelector("form[data-signature]");
const { default: SignaturePad } = await import(form.dataset.signature);
const canvas = form.querySelector("[data-pad]");
const complaint = form.querySelector("[data-complaint]");
const pad = new SignaturePad(canvas, { penColor: "#111", minWidth: 1.2, maxWidth: 3.6 });

function fit() {
  const strokes = pad.toData();
  const ratio = Math.max(window.devicePixelRatio || 1, 2);
  canvas.width = canvas.offsetWidth * ratio;
  canvas.height = canvas.offsetHeight * ratio;
  canvas.getContext("2d").scale(ratio, ratio);
  pad.clear();
  pad.fromData(strokes);
}

new ResizeObserver(fit).observe(canvas);
pad.addEventListener("beginStroke", () => { complaint.hidden = true; });
form.querySelector("[data-clear]").addEventListener("click", () => pad.clear());
form.addEventListener("submit", (event) => {
  if (pad.isEmpty()) {
    event.preventDefault();
    event.stopImmediatePropagation();
    complaint.hidden = false;
    return;
  }
  form.elements.strokes.value = JSON.stringify(pad.toData());
  form.elements.picture.value = pad.toDataURL("image/png");
}, { capture: true });
