"use strict";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const followColours = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followColours);
followColours();

const place = document.getElementById("documentation");
window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  deepLinking: true,
  // Else where the page is public a badge of the validator's would tell it of every reader.
  validatorUrl: null,
});
