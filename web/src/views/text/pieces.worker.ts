import type { Piece } from "./markdown";
import { renderPieces } from "./pieces";

onmessage = ({ data }: MessageEvent<readonly Piece[]>) => postMessage(renderPieces(data));
