import address from './icon.svg';

export const Logo = ({ size }: { readonly size: number }): JSX.Element => (
  <img src={address} width={size} height={size} alt="" />
);
