// Joins a form[data-security-key] ("add" or "authenticate") to allauth's WebAuthn scripts, and says in words what failed.
const form = document.querySelector("[data-security-key]");
const fault = document.querySelector("[data-security-key-fault]");

function say(text) {
  fault.textContent = text;
  fault.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const known = event.detail.exception?.name === "InvalidStateError" ? "这个密钥已经添加过。" : "没有完成验证，请插好密钥后再试一次。";
  say(known);
});

if (form) {
  const button = document.getElementById("security-key");
  if (!window.PublicKeyCredential) {
    button.disabled = true;
    say("当前浏览器或访问方式不支持安全密钥，请通过 HTTPS 访问。");
  } else {
    const ids = { credential: form.querySelector("[name=credential]").id, data: "security-key-data" };
    ids[form.dataset.securityKey] = button.id;
    window.allauth.webauthn.forms[`${form.dataset.securityKey}Form`]({ ids });
  }
}
