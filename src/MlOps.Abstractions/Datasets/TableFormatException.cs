namespace MlOps.Datasets;

/// <summary>A file is not a table of the format that its name says.</summary>
/// <param name="message">What is wrong, where in the file, and what to do.</param>
/// <param name="innerException">The parser's exception, if there was one.</param>
public sealed class TableFormatException(string message, Exception? innerException = null) : MlOpsException(message, innerException);
