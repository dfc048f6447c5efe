import { audit } from '@hopslab/schema';
import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useReducer, useState } from 'react';
import { addressOf } from '../api/index.js';
import { createAuditModel, type AuditModel } from '../domains/audit/audit.model.js';
import { api, client } from './client.js';

/** The platform's journal, for as long as its page is open. */
export const usePlatformAudit = (): AuditModel => {
  const [model] = useState(() =>
    createAuditModel({
      page: (filters, cursor, signal) =>
        api.call(audit.listPlatformAudit, { query: { ...filters, cursor, limit: 200 } }, { signal }),
      fileAddress: (filters, format) => addressOf(audit.exportPlatformAudit, {}, { ...filters, format })
    })
  );
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    model.stateChanged.connect(drawAgain);
    void model.reload();
    return () => {
      model.stateChanged.disconnect(drawAgain);
    };
  }, [model]);
  return model;
};

const verificationKey = ['verification'];

/** The verification under way, looked at as it goes, and the last one. */
export const useVerification = (): UseQueryResult<audit.VerificationState> =>
  useQuery({
    queryKey: verificationKey,
    queryFn: ({ signal }) => api.call(audit.getVerification, {}, { signal }),
    refetchInterval: ({ state }) => (state.data?.running ? 500 : 30_000)
  });

export const useStartVerification = (): UseMutationResult<audit.VerificationState> =>
  useMutation({
    mutationFn: () => api.call(audit.startVerification, {}),
    onSuccess: state => {
      client.setQueryData(verificationKey, state);
    }
  });
