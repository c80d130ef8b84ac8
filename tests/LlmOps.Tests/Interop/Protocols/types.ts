import type { ChatCompletion, ChatCompletionChunk, ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import type { Completion, CompletionCreateParams } from 'openai/resources/completions';
import type { CreateEmbeddingResponse, EmbeddingCreateParams } from 'openai/resources/embeddings';
import type { Model } from 'openai/resources/models';
import type { ErrorObject } from 'openai/resources/shared';

/** Everything that the server's OpenAI endpoints read and write. */
export interface Wire {
  chat: [ChatCompletionCreateParams, ChatCompletion, ChatCompletionChunk];
  completion: [CompletionCreateParams, Completion];
  embedding: [EmbeddingCreateParams, CreateEmbeddingResponse];
  model: Model;
  error: ErrorObject;
}
