// An act on the spot: the place is taken only when the person asks for it, the device's time when the form is sent.
const form = document.querySelector("[data-act]");
const box = form?.querySelector("[data-place]");

form?.addEventListener("submit", () => {
  if (form.elements.device_at) form.elements.device_at.value = new Date().toISOString();
});

// A phrase is written where the cursor stands, or at the end.
for (const button of form?.querySelectorAll("[data-phrase]") ?? []) {
  button.addEventListener("click", () => {
    const text = form.querySelector("textarea");
    text.setRangeText(button.dataset.phrase, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
}

if (box && "geolocation" in navigator) {
  const button = box.querySelector("[data-place-take]"), status = box.querySelector("[data-place-status]");
  box.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.removeAttribute("aria-busy");
        form.elements.lon.value = coords.longitude.toFixed(6);
        form.elements.lat.value = coords.latitude.toFixed(6);
        status.textContent = `已附上，误差约 ${Math.round(coords.accuracy)} 米`;
      },
      () => { button.removeAttribute("aria-busy"); status.textContent = "没有取得定位，不影响提交。"; },
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 },
    );
  });
}
