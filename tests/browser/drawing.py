"""Scripts that run in the page: what its own modules make of a series tile, and how often the map is drawn."""

# Reads a series tile and has the page's own layer draw each hexagon as a square of 8 pixels by 8, once for each window:
# the colour in the middle of the square is the class on the map; of a change from `then`, 0 is about the same.
DRAW_CLASSES = """async ({ address, windows }) => {
  const { readSeries, value, indexOf } = await import("/static/map/series.js");
  const { hexLayer } = await import("/static/map/hexlayer.js");
  const { palette, spread } = await import("/static/base/colours.js");
  const { changeFills } = await import("/static/compare/passes.js");
  const series = readSeries(await (await fetch(address)).arrayBuffer());
  const hexagons = series.cells.length;
  const [side, across] = [8, 64];
  const [width, height] = [side * across, side * Math.ceil(hexagons / across)];
  const corners = [[0, 0], [side, 0], [side, side], [0, side]];
  const squares = Array.from({ length: hexagons }, (_, i) =>
    corners.map(([x, y]) => [x + side * (i % across), y + side * Math.floor(i / across)]));
  const shaped = {
    ...series, extent: 8192, corners: Float32Array.from(squares.flat(2)),
    start: Uint32Array.from({ length: hexagons + 1 }, (_, i) => 4 * i),
  };
  const tile = { z: 0, x: 0, y: 0, series: shaped };
  const canvas = new OffscreenCanvas(width, height);
  const gl = canvas.getContext("webgl2");
  const map = {
    getZoom: () => 12,
    project: ([x, y]) => ({ x: x * width, y: (1 - y) * height }),
    getCanvas: () => ({ clientWidth: width }),
  };
  const sheet = { drawn: () => [{ tile, square: [0, 0, 1, 1] }], kept: () => new Set([tile]) };
  let look = null;
  const layer = hexLayer("test", () => ({ sheet, look, marks: { hover: null, open: null } }));
  layer.onAdd(map, gl);
  gl.viewport(0, 0, width, height);
  const mainMatrix = Float32Array.from([2 / width, 0, 0, 0, 0, -2 / height, 0, 0, 0, 0, 1, 0, -1, 1, 0, 1]);
  const pixels = new Uint8Array(4 * width * height);
  const answers = windows.map(({ first, last, breaks, then, changes, figure = "harm" }) => {
    const window = { first, last };
    const comparing = then && { baseline: then, mode: "difference", breaks: changes };
    look = { window, breaks, figure, palette: palette(false), comparing };
    gl.clear(gl.COLOR_BUFFER_BIT);
    layer.render(gl, { getProjectionData: () => ({ mainMatrix }) });
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    const edges = ((then ? changes : breaks)[series.resolution] ?? []).length;
    const ramp = then ? changeFills(palette(false).change, edges) : spread(palette(false).ramp, edges + 1);
    return Array.from({ length: hexagons }, (_, i) => {
      const row = height - 1 - (side * Math.floor(i / across) + side / 2);
      const at = 4 * (row * width + side * (i % across) + side / 2);
      const hex = `#${[...pixels.subarray(at, at + 3)].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
      const found = pixels[at + 3] === 0 ? null : ramp.indexOf(hex) - (then ? edges : 0);
      return [found, value(series, i, window)];
    });
  });
  return { cells: Array.from(series.cells, (_, i) => indexOf(series, i)), answers };
}"""

# The totals of the list while a slider is dragged over windows, from the answer of another window.
DRAFT_TOTALS = """async ({ windows, first }) => {
  const { draftAnswer } = await import("/static/time/drafting.js");
  const ask = async (of) => (await fetch(`/api/${of}`)).json();
  const [answer, months] = await Promise.all([ask("sectors"), ask("series")]);
  return windows.map((window) => draftAnswer(answer, months, window, first).total);
}"""

# From here on every redraw of the map is counted: each begins by clearing the canvas.
COUNT_REDRAWS = """() => {
  window.redraws = 0;
  const { clear } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.clear = function (mask) {
    if (mask & this.COLOR_BUFFER_BIT && this.canvas.isConnected) window.redraws += 1;
    return clear.call(this, mask);
  };
}"""

# How often it was drawn, once whatever is under way has been.
REDRAWS = """async () => {
  for (let frame = 0; frame < 4; frame += 1) await new Promise(requestAnimationFrame);
  return window.redraws;
}"""

LOSE_CONTEXT = """async () => {
  const canvas = document.querySelector(".maplibregl-canvas");
  const lost = new Promise((resolve) => canvas.addEventListener("webglcontextlost", resolve, { once: true }));
  const extension = canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
  extension.loseContext();
  await lost;
  await new Promise((resolve) => setTimeout(resolve, 100)); // once everybody has heard of it
  const back = new Promise((resolve) => canvas.addEventListener("webglcontextrestored", resolve, { once: true }));
  extension.restoreContext();
  await back;
}"""
