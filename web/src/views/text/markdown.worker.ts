import { parseMarkdown } from "./markdown";

onmessage = ({ data }: MessageEvent<string>) => postMessage(parseMarkdown(data));
