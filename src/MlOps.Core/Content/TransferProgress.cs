namespace MlOps.Content;

/// <summary>How far a transfer of files has come.</summary>
/// <param name="Files">The files finished.</param>
/// <param name="TotalFiles">All files to transfer.</param>
/// <param name="Bytes">The bytes finished.</param>
/// <param name="TotalBytes">All bytes to transfer.</param>
/// <param name="BytesPerSecond">The average rate since the transfer began, in bytes per second.</param>
public readonly record struct TransferProgress(int Files, int TotalFiles, long Bytes, long TotalBytes, double BytesPerSecond);
