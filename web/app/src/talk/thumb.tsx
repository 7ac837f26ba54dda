import { useState, type ReactNode } from "react";
import { pictureAt, type Corners } from "../reading/region";

const pixels = 320; // that a small picture is made of, for screens that are fine

/** Thumb is a small picture of a page or of a part of it; what stands for it where there is none. What is beside it says what it is. */
export function Thumb({ version, page = 1, box, otherwise }: { version: string; page?: number; box?: Corners; otherwise: ReactNode }) {
  const [failed, setFailed] = useState("");
  const at = pictureAt({ version, file: "" }, page, pixels, box);
  if (!version || failed === at) return otherwise;
  return <img className="thumb" src={at} alt="" loading="lazy" onError={() => setFailed(at)} />;
}
