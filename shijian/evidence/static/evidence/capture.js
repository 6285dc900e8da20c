// Files go up in pieces (tus) while the rest of the form is written; a cut line goes on where it stopped.
const form = document.querySelector("[data-evidence]");
const list = form.querySelector("[data-sending]");
const input = form.querySelector("[data-files]");
const submit = form.querySelector("[type=submit]"), said = form.querySelector("[data-submit-said]");
const PIECE = 4 * 2 ** 20;
const ACCEPTS = { photo: "image/*", video: "video/*", audio: "audio/*,video/mp4", screen: "image/*,video/*", document: ".pdf,.ofd,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.txt,image/*", data: "" };
let open = 0, wanted = false;

await import(document.querySelector("script[data-tus]").dataset.tus).catch(() => {});
const { tus } = window;

const medium = () => form.elements.medium.value;
function fit() {
  const accept = ACCEPTS[medium()] ?? "";
  if (accept) input.setAttribute("accept", accept); else input.removeAttribute("accept");
  input.closest("label").hidden = medium() === "object";
}
for (const radio of form.querySelectorAll("[name=medium]")) radio.addEventListener("change", fit);
fit();

if (tus?.isSupported) {
  input.addEventListener("change", () => {
    for (const file of input.files) send(file);
    input.value = "";
  });
}

function send(file) {
  const row = document.createElement("li"), name = document.createElement("strong"), state = document.createElement("span");
  const bar = document.createElement("progress"), hold = button("暂停"), drop = button("移除");
  name.textContent = file.name;
  state.className = "text-secondary";
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", `${file.name} 的上传进度`);
  if (file.type.startsWith("image/")) {
    const picture = document.createElement("img");
    picture.alt = "";
    picture.src = URL.createObjectURL(file);
    row.append(picture);
  }
  row.append(name, state, hold, drop, bar);
  list.append(row);
  let isHeld = false;
  count(1);
  const upload = new tus.Upload(file, {
    endpoint: form.dataset.uploads,
    chunkSize: PIECE,
    retryDelays: [0, 1000, 3000, 5000, 10000, 20000, 30000, 60000],
    metadata: { filename: file.name, filetype: file.type, medium: medium() },
    headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    removeFingerprintOnSuccess: true,
    onProgress: (sent, total) => { bar.value = (100 * sent) / total; state.textContent = `${Math.floor((100 * sent) / total)}%`; },
    onSuccess: () => {
      const key = document.createElement("input");
      key.type = "hidden";
      key.name = "upload";
      key.value = upload.url.replace(/\/$/, "").split("/").pop();
      row.append(key);
      state.textContent = "已传完";
      state.className = "tag tag-green";
      bar.remove();
      hold.remove();
      count(-1);
    },
    onError: (error) => {
      const answer = error.originalResponse?.getBody();
      state.textContent = answer && answer.length < 200 ? answer : "没有传完，点“继续”再试。";
      state.className = "field-error";
      isHeld = true;
      hold.textContent = "继续";
    },
  });
  hold.addEventListener("click", () => {
    isHeld = !isHeld;
    hold.textContent = isHeld ? "继续" : "暂停";
    state.className = "text-secondary";
    if (isHeld) { upload.abort(); state.textContent = "已暂停"; } else { upload.start(); }
  });
  drop.addEventListener("click", () => {
    if (bar.isConnected) { upload.abort(); count(-1); }
    row.remove();
  });
  upload.findPreviousUploads().then((before) => {
    if (before.length) upload.resumeFromPreviousUpload(before[0]);
    upload.start();
  });
}

function button(text) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.textContent = text;
  return made;
}

function count(change) {
  open += change;
  said.textContent = open ? "固定入库（传完后自动提交）" : "固定入库";
  if (!open && wanted) form.requestSubmit();
}

form.addEventListener("submit", (event) => {
  if (open) { event.preventDefault(); wanted = true; submit.setAttribute("aria-busy", "true"); return; }
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  submit.setAttribute("aria-busy", "true");
  form.elements.device_at.value = new Date().toISOString();
});

const box = form.querySelector("[data-place]");
if (box && "geolocation" in navigator) {
  const take = box.querySelector("[data-place-take]"), status = box.querySelector("[data-place-status]");
  box.hidden = false;
  take.addEventListener("click", () => {
    take.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        take.removeAttribute("aria-busy");
        form.elements.lon.value = coords.longitude.toFixed(6);
        form.elements.lat.value = coords.latitude.toFixed(6);
        form.elements.accuracy_m.value = Math.round(coords.accuracy);
        status.textContent = `已附上，误差约 ${Math.round(coords.accuracy)} 米`;
      },
      () => { take.removeAttribute("aria-busy"); status.textContent = "没有取得定位，不影响入库。"; },
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 },
    );
  });
}
