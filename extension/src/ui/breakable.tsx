import { Fragment } from 'react';

/** A name of ours, which may go on in the next line after an underscore; copied, it is the name. */
export const Breakable = ({ name }: { readonly name: string }) =>
  name.split(/(?<=_)/).map((part, place) => (
    <Fragment key={place}>
      {part}
      <wbr />
    </Fragment>
  ));
