import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon, type IconName } from "./icon";

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "className">;

export interface ButtonProps extends Native {
  kind?: "main" | "plain" | "quiet" | "danger";
  icon?: IconName;
  small?: boolean;
  busy?: boolean;
  className?: string;
  children?: ReactNode;
}

/** Button is one with words. busy keeps its width, shows that something goes on, and takes no second click. */
export function Button({ kind = "plain", icon, small, busy, className = "", children, disabled, type = "button", ...rest }: ButtonProps) {
  return (
    <button type={type} {...rest} disabled={disabled || busy} aria-busy={busy || undefined}
      className={`button ${kind}${small ? " small-button" : ""}${busy ? " busy" : ""} ${className}`}>
      {icon && <Icon name={icon} size={small ? 16 : 18} />}
      {children !== undefined && <span>{children}</span>}
    </button>
  );
}

export interface IconButtonProps extends Native { icon: IconName; label: string; keys?: string; size?: number; small?: boolean; tip?: "top" | "bottom" | "right"; className?: string }

/** IconButton is one without words: label says what it does, to everybody. */
export function IconButton({ icon, label, keys, size, small, tip = "bottom", className = "", type = "button", ...rest }: IconButtonProps) {
  return (
    <button type={type} {...rest} aria-label={label} data-tip={label} data-tip-keys={keys} data-tip-side={tip}
      className={`icon-button${small ? " small-button" : ""} ${className}`}>
      <Icon name={icon} size={size ?? (small ? 16 : 20)} />
    </button>
  );
}
