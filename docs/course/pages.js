// Heat maps, their choosers, light and dark, and the keys for next and previous. No library, no network.
"use strict";

const Theme = {
  key: "llama3verify-theme",
  isDark: () => document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches,
  set(theme) {
    document.documentElement.dataset.theme = theme;
    try { localStorage.setItem(this.key, theme); } catch { /* a browser may keep nothing for files: then the choice lasts for this page */ }
    Heatmap.all.forEach(map => map.draw());
  },
  begin() {
    try {
      const kept = localStorage.getItem(this.key);
      if (kept) document.documentElement.dataset.theme = kept;
    } catch { /* as above */ }
    const button = document.querySelector("button.theme");
    button?.addEventListener("click", () => this.set(this.isDark() ? "light" : "dark"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => Heatmap.all.forEach(map => map.draw()));
  },
};

/** Colours as red, green, blue: numbers of both signs from blue through the background to orange, others from dark to bright. */
const Colours = {
  negative: [33, 102, 172], positive: [200, 80, 20], notANumber: [255, 0, 200],
  rising: [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]],
  mixed: (from, to, share) => from.map((part, i) => Math.round(part + (to[i] - part) * share)),
  of(value, scale) {
    if (Number.isNaN(value)) return this.notANumber;
    if (!Number.isFinite(value)) return scale.isDark ? [95, 95, 95] : [187, 187, 187];
    if (scale.hasBoth) {
      const share = Math.pow(Math.min(1, Math.abs(value) / scale.most), 0.7);
      return this.mixed(scale.isDark ? [40, 42, 48] : [246, 246, 244], value < 0 ? this.negative : this.positive, share);
    }
    const place = (value - scale.least) / (scale.most - scale.least || 1) * (this.rising.length - 1);
    const low = Math.min(Math.max(Math.floor(place), 0), this.rising.length - 2);
    return this.mixed(this.rising[low], this.rising[low + 1], place - low);
  },
};

const shortNumber = value => Number.isInteger(value) || !Number.isFinite(value)
  ? String(value).replace("Infinity", "inf")
  : String(Number(value.toPrecision(4)));

class Heatmap {
  static all = [];

  constructor(figure) {
    this.figure = figure;
    this.canvas = figure.querySelector("canvas");
    this.output = figure.querySelector("output");
    this.axes = JSON.parse(figure.dataset.axes);
    this.values = Heatmap.numbers(figure.dataset.values, Number(figure.dataset.bits));
    [this.rows, this.columns] = this.axes.slice(-2);
    this.selects = [...figure.querySelectorAll("select")];
    this.selects.forEach((select, index) => select.addEventListener("change", () => this.choose(index, select.value)));
    this.canvas.addEventListener("mousemove", event => this.point(event));
    this.canvas.addEventListener("click", event => this.point(event));
    this.canvas.addEventListener("keydown", event => this.move(event));
    Heatmap.all.push(this);
  }

  /** float32, or the upper half of it, little-endian, in base64url. */
  static numbers(base64url, bits) {
    const bytes = Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), letter => letter.charCodeAt(0));
    if (bits === 32) return new Float32Array(bytes.buffer);
    return new Float32Array(Uint32Array.from(new Uint16Array(bytes.buffer), half => half << 16 >>> 0).buffer);
  }

  get group() { return this.figure.dataset.group ? Heatmap.all.filter(map => map.figure.dataset.group === this.figure.dataset.group) : [this]; }

  /** The numbers that are shown. */
  get slice() {
    const size = this.rows.length * this.columns.length;
    const place = this.selects.reduce((sum, select, index) => sum * this.axes[index].length + Number(select.value), 0);
    return this.values.subarray(place * size, (place + 1) * size);
  }

  /** Pictures of a group show the same place, where they have it. */
  choose(index, value) {
    const name = this.axes[index].name;
    for (const map of this.group) {
      map.axes.forEach((axis, at) => {
        if (axis.name === name && map.selects[at] && Number(value) < axis.length) map.selects[at].value = value;
      });
    }
    this.group.forEach(map => map.draw());
  }

  /** Pictures of a group may have scales of their own. */
  get scaled() { return this.group.filter(map => map.figure.dataset.scale === this.figure.dataset.scale); }

  scale() {
    const finite = this.scaled.flatMap(map => [...map.slice]).filter(Number.isFinite);
    const [least, most] = finite.length ? [finite.reduce((a, b) => Math.min(a, b)), finite.reduce((a, b) => Math.max(a, b))] : [0, 0];
    const isDark = Theme.isDark();
    return least < 0 || "signed" in this.figure.dataset ? { hasBoth: true, isDark, least, most: Math.max(-least, most) || 1 } : { hasBoth: false, isDark, least, most };
  }

  name(axis, place) { return axis.names ? axis.names[place] : String(place); }

  draw() {
    const width = this.figure.clientWidth, context = this.canvas.getContext("2d"), style = getComputedStyle(this.figure);
    context.font = `12px ${style.fontFamily}`;
    const widest = axis => Math.max(...Array.from({ length: axis.length }, (_, i) => context.measureText(this.name(axis, i)).width));
    this.left = Math.min(Math.ceil(widest(this.rows)) + 8, Math.floor(width * 0.3));
    this.cell = Math.max(1, Math.min(20, (width - this.left) / this.columns.length));
    this.height = Math.max(this.cell, this.rows.length > 60 ? 4 : 13);
    this.top = this.columns.names && this.cell >= 11 ? Math.min(Math.ceil(widest(this.columns)) + 8, 110) : 0;
    const [w, h, ratio] = [this.left + this.cell * this.columns.length, this.top + this.height * this.rows.length, window.devicePixelRatio || 1];
    Object.assign(this.canvas, { width: Math.ceil(w * ratio), height: Math.ceil(h * ratio) });
    Object.assign(this.canvas.style, { width: `${w}px`, height: `${h}px` });
    context.scale(ratio, ratio);
    this.drawNames(context, style);
    this.drawCells(context);
  }

  drawNames(context, style) {
    context.font = `12px ${style.fontFamily}`;
    context.fillStyle = style.color;
    context.textBaseline = "middle";
    context.textAlign = "right";
    if (this.height >= 11) {
      for (let row = 0; row < this.rows.length; row++) {
        context.fillText(this.fitted(context, this.name(this.rows, row), this.left - 8), this.left - 6, this.top + (row + 0.5) * this.height);
      }
    }
    if (!this.top) return;
    context.textAlign = "left";
    for (let column = 0; column < this.columns.length; column++) {
      context.save();
      context.translate(this.left + (column + 0.5) * this.cell, this.top - 4);
      context.rotate(-Math.PI / 2);
      context.fillText(this.fitted(context, this.name(this.columns, column), this.top - 8), 0, 0);
      context.restore();
    }
  }

  fitted(context, text, width) {
    if (context.measureText(text).width <= width) return text;
    let letters = [...text];
    while (letters.length > 1 && context.measureText(letters.join("") + "…").width > width) letters = letters.slice(0, -1);
    return letters.join("") + "…";
  }

  /** One pixel for each number, enlarged; then a line between cells that are large enough. */
  drawCells(context) {
    const [slice, scale, rows, columns] = [this.slice, this.scale(), this.rows.length, this.columns.length];
    const small = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
    const image = small.getContext("2d").createImageData(columns, rows);
    slice.forEach((value, at) => image.data.set([...Colours.of(value, scale), 255], at * 4));
    small.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, this.left, this.top, columns * this.cell, rows * this.height);
    if (this.cell >= 8) this.drawLines(context);
    if (this.at) this.mark(context);
    this.drawScale(scale);
  }

  drawLines(context) {
    context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    for (let row = 1; row <= this.rows.length; row++) context.fillRect(this.left, this.top + row * this.height - 1, this.columns.length * this.cell, 1);
    for (let column = 1; column <= this.columns.length; column++) context.fillRect(this.left + column * this.cell - 1, this.top, 1, this.rows.length * this.height);
  }

  drawScale(scale) {
    const least = scale.hasBoth ? -scale.most : scale.least;
    const places = Array.from({ length: 9 }, (_, i) => `rgb(${Colours.of(least + (scale.most - least) * i / 8, scale)})`);
    const bar = this.figure.querySelector(".scale");
    bar.style.setProperty("--colours", places.join(", "));
    bar.dataset.least = shortNumber(least);
    bar.dataset.most = shortNumber(scale.most);
  }

  mark(context) {
    context.strokeStyle = Theme.isDark() ? "white" : "black";
    context.lineWidth = 2;
    context.strokeRect(this.left + this.at[1] * this.cell, this.top + this.at[0] * this.height, this.cell, this.height);
  }

  point(event) {
    const row = Math.floor((event.offsetY - this.top) / this.height), column = Math.floor((event.offsetX - this.left) / this.cell);
    if (row >= 0 && column >= 0 && row < this.rows.length && column < this.columns.length) this.show(row, column);
  }

  move(event) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const [row, column] = this.at ?? [0, 0];
    const kept = (place, length) => Math.min(Math.max(place, 0), length - 1);
    this.show(kept(row + (this.at ? step[0] : 0), this.rows.length), kept(column + (this.at ? step[1] : 0), this.columns.length));
  }

  /** The same place in all pictures of the group. */
  show(row, column) {
    for (const map of this.group) {
      if (row >= map.rows.length || column >= map.columns.length) continue;
      map.at = [row, column];
      const value = map.slice[row * map.columns.length + column];
      const rowName = map.rows.length > 1 ? `${map.rows.name} ${map.name(map.rows, row)}, ` : "";
      map.output.textContent = `${rowName}${map.columns.name} ${map.name(map.columns, column)}: ${shortNumber(value)}`;
      map.draw();
    }
  }
}

const Keys = {
  begin() {
    document.addEventListener("keydown", event => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("select, input, canvas")) return;
      const link = { ArrowRight: "next", ArrowLeft: "prev", n: "next", p: "prev" }[event.key];
      document.querySelector(`nav a[rel="${link}"]`)?.click();
    });
  },
};

Theme.begin();
Keys.begin();
const drawAll = () => Heatmap.all.forEach(map => { if (map.figure.clientWidth > 0) map.draw(); });
document.querySelectorAll("figure.heatmap").forEach(figure => new Heatmap(figure));
drawAll();
// Pictures in folded parts have no width until they are unfolded.
document.querySelectorAll("details").forEach(details => details.addEventListener("toggle", drawAll));
addEventListener("resize", drawAll);
addEventListener("beforeprint", drawAll);
