namespace MlOps.Models;

/// <summary>Copies the values of a row to consecutive memory.</summary>
/// <param name="row">The row.</param>
/// <param name="first">The destination of the first value. The memory must have room for all values.</param>
internal delegate void RowFiller<TInput, T>(TInput row, ref T first);
