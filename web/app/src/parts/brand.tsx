import { useSession } from "../session";
import { Mark } from "./icon";

/** Brand is the company's sign, or the product's where it has none. The name stands beside it, so it says nothing itself. */
export function Brand({ size }: { size: number }) {
  const logo = useSession((s) => s?.branding?.logo ?? "");
  return logo ? <img src={logo} alt="" className="brand-logo" height={size} /> : <Mark size={size} />;
}
