using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

/// <summary>A complete file that waits for the store, or a mark in the queue.</summary>
/// <param name="Model">The name of the model.</param>
/// <param name="Path">The path; <see langword="null"/> for a mark.</param>
/// <param name="Content">The content.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Done">Completes when the file is written or given up, and all files before it.</param>
internal sealed record PendingFile(string Model, ArtifactPath? Path, byte[] Content, long Rows, TaskCompletionSource Done);
