/** How large an image of a card is drawn, and whether its pixels are squares. */

/** Width an image is drawn at where `room` is there: all of it, in whole multiples of a small image whose pixels are to be seen. Below three times, filling the room counts for more. */
export function shownWidth(width: number, room: number, crisp: boolean): number {
  return crisp && width * 3 <= room ? Math.floor(room / width) * width : room;
}

/** Whether enlarged pixels are drawn as squares: asked for, or the image is small enough that one wants to see them. */
export function isCrisp(choice: "auto" | "crisp" | "smooth", width: number, height: number): boolean {
  return choice === "auto" ? Math.max(width, height) <= 160 : choice === "crisp";
}
