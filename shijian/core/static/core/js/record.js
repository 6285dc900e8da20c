// Short sound and film recorded on the spot, where the browser can: they join the files of the upload field.
const LENGTHS = { audio: 120, video: 30 };
const NAMES = { audio: "录音", video: "录像" };
const TYPES = {
  audio: ["audio/mp4", "audio/webm;codecs=opus", "audio/webm", "audio/ogg"],
  video: ["video/mp4", "video/webm;codecs=vp8,opus", "video/webm"],
};

export function start() {
  if (!navigator.mediaDevices?.getUserMedia || typeof MediaRecorder === "undefined") return;
  for (const field of document.querySelectorAll("[data-upload]")) {
    const box = field.querySelector("[data-record]");
    if (box) setUp(field, box);
  }
}

function setUp(field, box) {
  const input = field.querySelector("input[type=file]");
  const view = box.querySelector("[data-record-view]"), status = box.querySelector("[data-record-status]");
  let recorder = null;
  box.hidden = false;
  for (const button of box.querySelectorAll("[data-record-kind]")) {
    const kind = button.dataset.recordKind;
    if (!TYPES[kind].some((type) => MediaRecorder.isTypeSupported(type))) { button.hidden = true; continue; }
    button.addEventListener("click", () => (recorder ? recorder.stop() : record(kind, button)));
  }

  async function record(kind, button) {
    let stream;
    try {
      const video = kind === "video" && { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
      stream = await navigator.mediaDevices.getUserMedia({ audio: true, video });
    } catch {
      status.textContent = `没有取得${kind === "video" ? "摄像头" : "麦克风"}的使用许可，可以改用相册选择文件。`;
      return;
    }
    const type = TYPES[kind].find((each) => MediaRecorder.isTypeSupported(each));
    const parts = [], label = button.lastElementChild, before = label.textContent;
    recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: 1500000, audioBitsPerSecond: 48000 });
    recorder.ondataavailable = (event) => { if (event.data.size) parts.push(event.data); };
    const begun = Date.now();
    const clock = setInterval(() => {
      const seconds = Math.round((Date.now() - begun) / 1000);
      status.textContent = `正在${NAMES[kind]} ${seconds} 秒，最长 ${LENGTHS[kind]} 秒`;
      if (seconds >= LENGTHS[kind] && recorder?.state === "recording") recorder.stop();
    }, 500);
    recorder.onstop = () => {
      clearInterval(clock);
      for (const track of stream.getTracks()) track.stop();
      view.hidden = true;
      view.srcObject = null;
      recorder = null;
      label.textContent = before;
      button.classList.remove("btn-danger");
      add(new Blob(parts, { type: type.split(";")[0] }), kind);
    };
    recorder.start(1000);
    label.textContent = "停止";
    button.classList.add("btn-danger");
    if (kind === "video") { view.srcObject = stream; view.hidden = false; view.play(); }
  }

  function add(blob, kind) {
    const now = new Date(), two = (number) => String(number).padStart(2, "0");
    const name = `${NAMES[kind]}${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}.${blob.type.split("/")[1]}`;
    const files = new DataTransfer();
    files.items.add(new File([blob], name, { type: blob.type }));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    status.textContent = `已加入${NAMES[kind]}，提交时一并上传。`;
  }
}
