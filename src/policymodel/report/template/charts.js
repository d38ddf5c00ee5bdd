const options = {
  ast: true,
  actions: false,
  defaultStyle: false,
  renderer: "svg",
  tooltip: { disableDefaultStyle: true },
};
for (const place of document.querySelectorAll("[data-chart]")) {
  const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  try {
    await window.vegaEmbed(place, spec, options);
    place.dataset.drawn = "yes";
  } catch (error) {
    place.textContent = place.dataset.failed;
    place.dataset.drawn = "no";
    console.error(error);
  }
}
