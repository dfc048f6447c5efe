import { devices } from '@hopslab/schema';
import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { api, client } from './client.js';

export type Device = devices.Device;
export type Format = (typeof devices.formats)[number];

export const useDevices = (p: string): UseQueryResult<readonly Device[]> =>
  useQuery({
    queryKey: ['project', p, 'devices'],
    queryFn: async ({ signal }) => (await api.call(devices.listDevices, { params: { p } }, { signal })).items
  });

const refresh = (p: string): Promise<void> =>
  client.invalidateQueries({ queryKey: ['project', p, 'devices'] });

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

export const useRevoke = (p: string): UseMutationResult<unknown, unknown, Device> =>
  useMutation({
    mutationFn: ({ name, user }) => api.call(devices.revokeDevice, { params: { p, name }, query: { user } }),
    onSettled: () => refresh(p)
  });
