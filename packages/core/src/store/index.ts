export { added, keepsTo, readFigures } from "./figures.ts";
