import type { auth } from '@hopslab/schema';
import { useRef } from 'react';
import { Link } from 'wouter';
import { Button, Icon, useWords } from '../ui/index.js';
import { Logo } from './logo.js';
import { useLogout } from './session.model.js';
import { ThemeButton } from './theme-button.js';

const menuId = 'hub-account';
// React 18 does not know these attributes yet.
const opener = { popovertarget: menuId };
const popover = { popover: 'auto' };

const AccountMenu = ({ user }: { readonly user: auth.User }) => {
  const words = useWords();
  const menu = useRef<HTMLDivElement>(null);
  // The page that is left is not loaded anew, so the menu would stay.
  const close = () => menu.current?.hidePopover();
  const logout = useLogout();
  return (
    <>
      <button type="button" className="hop-Button hop-mod-bare" {...opener}>
        <Icon name="person" />
        <span className="hub-Header-user">{user.displayName}</span>
        <Icon name="down" />
      </button>
      <div
        id={menuId}
        className="hub-Account"
        role="group"
        aria-label={words.__('Account')}
        ref={menu}
        {...popover}
      >
        <div className="hub-Account-who">
          <strong>{user.displayName}</strong>
          <span className="hub-quiet">
            {user.admin ? words.__('%1, administrator', user.name) : user.name}
          </span>
        </div>
        <Link href="/account" onClick={close}>
          {words.__('Your account')}
        </Link>
        {user.admin && (
          <Link href="/admin/users" onClick={close}>
            {words.__('Users')}
          </Link>
        )}
        {user.admin && (
          <Link href="/admin/machine" onClick={close}>
            {words.__('Machine')}
          </Link>
        )}
        {user.admin && (
          <Link href="/admin/audit" onClick={close}>
            {words.__('Audit')}
          </Link>
        )}
        <Button
          busy={logout.isPending || logout.isSuccess}
          onClick={() => {
            logout.mutate(undefined);
          }}
        >
          {words.__('Sign out')}
        </Button>
        <span className="hub-quiet">{words.__('Notebook servers go on running.')}</span>
      </div>
    </>
  );
};

export const Header = ({ user }: { readonly user: auth.User }) => (
  <header className="hub-Header">
    <Link href="/" className="hub-Header-product">
      <Logo size={22} />
      Hopslab
    </Link>
    <span className="hub-Header-space" />
    <ThemeButton />
    <AccountMenu user={user} />
  </header>
);
