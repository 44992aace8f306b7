/** Every component with made-up data, for looking at and for the snapshots. It is no part of the built page. */

import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "../../ui/tokens.css";
import "../../ui/base.css";
import { mount } from "svelte";
import Gallery from "./Gallery.svelte";

mount(Gallery, { target: document.getElementById("app")! });
