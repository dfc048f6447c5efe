/** The first name after this one’s likeness that is not taken, as JupyterLab names copies: `a-Copy1.csv`. */
export const freeName = (name: string, taken: readonly string[], mark = '-Copy'): string => {
  const dot = name.indexOf('.', 1);
  const [stem, ending] = dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
  const used = new Set(taken);
  for (let number = 1; ; number++) {
    const wanted = `${stem}${mark}${number}${ending}`;
    if (!used.has(wanted)) return wanted;
  }
};
