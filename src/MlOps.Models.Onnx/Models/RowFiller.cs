namespace MlOps.Models;

/// <summary>Writes the values of a row one after another.</summary>
/// <param name="row">The row.</param>
/// <param name="first">The first of as many values as the row has.</param>
internal delegate void RowFiller<TInput, T>(TInput row, ref T first);
