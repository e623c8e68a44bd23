namespace MlOps.Models;

/// <summary>Where the values of an output go.</summary>
internal sealed record OutputBinding(ModelColumn Column, RowMember Member);
