import { devices } from '@hopslab/schema';
import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { api, client } from './client.js';

export type Device = devices.Device;
export type Format = (typeof devices.formats)[number];

const keyOf = (p: string): readonly unknown[] => ['project', p, 'devices'];
const ownKey: readonly unknown[] = ['account', 'devices'];

export const useDevices = (p: string): UseQueryResult<readonly Device[]> =>
  useQuery({
    queryKey: keyOf(p),
    queryFn: async ({ signal }) => (await api.call(devices.listDevices, { params: { p } }, { signal })).items
  });

/** Mine, in all my projects. */
export const useOwnDevices = (): UseQueryResult<readonly Device[]> =>
  useQuery({
    queryKey: ownKey,
    queryFn: async ({ signal }) => (await api.call(devices.listOwnDevices, {}, { signal })).items
  });

const refresh = async (p: string): Promise<void> => {
  await Promise.all([keyOf(p), ownKey].map(queryKey => client.invalidateQueries({ queryKey })));
};

export interface Wanted {
  readonly name: string;
  readonly format: Format;
  readonly password: string;
}

export const useIssue = (p: string): UseMutationResult<devices.Certificate, unknown, Wanted> =>
  useMutation({
    mutationFn: ({ name, format, password }) =>
      api.call(devices.issueCertificate, {
        params: { p, name },
        body: { format, ...(password !== '' && { password }) }
      }),
    onSettled: () => refresh(p)
  });

export const useRevoke = (): UseMutationResult<unknown, unknown, Device> =>
  useMutation({
    mutationFn: ({ name, user, project: p }) =>
      api.call(devices.revokeDevice, { params: { p, name }, query: { user } }),
    onSettled: (_answer, _error, { project }) => refresh(project)
  });
