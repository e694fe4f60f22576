for (const form of document.querySelectorAll("form[target=delivery]")) {
  form.addEventListener("submit", () => window.open("", "delivery", "popup,width=900,height=800"));
}
addEventListener("message", ({ origin, data }) => {
  const { delivery } = document.querySelector("[data-delivery]").dataset;
  if (origin !== new URL(delivery).origin || data?.source !== "desktop-delivery") return;
  if (data.event !== "shown") setTimeout(() => location.reload(), 2000); // after the webhook
});
