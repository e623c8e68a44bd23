namespace MlOps.Datasets;

/// <summary>The exception that is thrown when a file does not have the tabular format of its name.</summary>
/// <param name="message">The fault, its position in the file and the remedy.</param>
/// <param name="innerException">The exception of the parser, or <see langword="null"/>.</param>
public sealed class TableFormatException(string message, Exception? innerException = null) : MlOpsException(message, innerException);
