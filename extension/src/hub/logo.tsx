import address from './icon.svg';

export const Logo = ({ size }: { readonly size: number }) => (
  <img src={address} width={size} height={size} alt="" />
);
