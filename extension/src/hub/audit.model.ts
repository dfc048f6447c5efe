import { audit } from '@hopslab/schema';
import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { useEffect, useReducer, useState } from 'react';
import { addressOf, ApiProblem } from '../api/index.js';
import { createAuditModel, type AuditModel } from '../domains/audit/audit.model.js';
import { api } from './client.js';

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

const mostAttempts = 20;

export const useVerification = (): UseMutationResult<audit.Verification, unknown, undefined> =>
  useMutation({
    mutationFn: () => api.call(audit.verifyAudit, {}),
    // A long journal takes longer than a request waits; asking again joins the work under way.
    retry: (failures, error) => error instanceof ApiProblem && error.retriable && failures < mostAttempts
  });
