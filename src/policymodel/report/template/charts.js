const options = {
  ast: true,
  actions: false,
  defaultStyle: false,
  renderer: "svg",
  tooltip: { disableDefaultStyle: true },
};
for (const place of document.querySelectorAll("[data-chart]")) {
  const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const live = document.createElement("div");
  live.className = "coming";
  place.append(live);
  try {
    await window.vegaEmbed(live, spec, options);
    live.classList.remove("coming");
    place.replaceChildren(live);
    place.dataset.drawn = "yes";
  } catch (error) {
    live.remove();
    place.dataset.drawn = "no";
    console.error(error);
  }
}
