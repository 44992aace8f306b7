/** One sheet of pictures, cut into pages that every graphics card takes. */

/** WebGL 2 promises textures of 2,048; whatever draws a page today takes 4,096. */
const LARGEST_PAGE = 4096;

export interface SpriteCell {
  readonly page: number;
  readonly column: number;
  readonly row: number;
}

/** How a sheet of `sheetWidth` x `sheetHeight` pixels is cut. */
export class SpritePlan {
  readonly columns: number;
  readonly rows: number;
  /** Pictures beside and below each other on a whole page. */
  readonly pageColumns: number;
  readonly pageRows: number;
  readonly pagesAcross: number;
  readonly pageCount: number;

  constructor(
    readonly sheetWidth: number,
    readonly sheetHeight: number,
    readonly width: number,
    readonly height: number,
    largest = LARGEST_PAGE,
  ) {
    this.columns = Math.max(1, Math.floor(sheetWidth / width));
    this.rows = Math.max(1, Math.floor(sheetHeight / height));
    this.pageColumns = Math.min(this.columns, Math.max(1, Math.floor(largest / width)));
    this.pageRows = Math.min(this.rows, Math.max(1, Math.floor(largest / height)));
    this.pagesAcross = Math.ceil(this.columns / this.pageColumns);
    this.pageCount = this.pagesAcross * Math.ceil(this.rows / this.pageRows);
  }

  /** Null where the sheet has no picture for the point. */
  cell(point: number): SpriteCell | null {
    const [column, row] = [point % this.columns, Math.floor(point / this.columns)];
    if (row >= this.rows) return null;
    const page = Math.floor(row / this.pageRows) * this.pagesAcross + Math.floor(column / this.pageColumns);
    return { page, column: column % this.pageColumns, row: row % this.pageRows };
  }

  /** Left, top, width and height of a page on the sheet, in pixels. */
  pageBox(page: number): readonly [number, number, number, number] {
    const [across, down] = [page % this.pagesAcross, Math.floor(page / this.pagesAcross)];
    const [left, top] = [across * this.pageColumns, down * this.pageRows];
    const [columns, rows] = [Math.min(this.pageColumns, this.columns - left), Math.min(this.pageRows, this.rows - top)];
    return [left * this.width, top * this.height, columns * this.width, rows * this.height];
  }

  /** Left and top of the picture of a point on the sheet; null where there is none. */
  place(point: number): readonly [number, number] | null {
    const [column, row] = [point % this.columns, Math.floor(point / this.columns)];
    return row >= this.rows ? null : [column * this.width, row * this.height];
  }
}

export class SpriteSheet {
  private constructor(
    readonly plan: SpritePlan,
    readonly pages: readonly ImageBitmap[],
  ) {}

  /** Throws where the image cannot be decoded or is smaller than one picture. */
  static async of(image: Blob, width: number, height: number): Promise<SpriteSheet> {
    const whole = await createImageBitmap(image);
    try {
      if (whole.width < width || whole.height < height) throw new Error(`the sheet of pictures has ${whole.width} x ${whole.height} pixels, one picture ${width} x ${height}`);
      const plan = new SpritePlan(whole.width, whole.height, width, height);
      const pages = await Promise.all(Array.from({ length: plan.pageCount }, (_, page) => createImageBitmap(whole, ...plan.pageBox(page))));
      return new SpriteSheet(plan, pages);
    } finally {
      whole.close();
    }
  }

  /** Draws the picture of a point; false where it has none. */
  draw(point: number, context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): boolean {
    const cell = this.plan.cell(point);
    if (cell === null) return false;
    const { width: w, height: h } = this.plan;
    context.imageSmoothingEnabled = width < w;
    context.drawImage(this.pages[cell.page]!, cell.column * w, cell.row * h, w, h, x, y, width, height);
    return true;
  }

  close(): void {
    for (const page of this.pages) page.close();
  }
}
