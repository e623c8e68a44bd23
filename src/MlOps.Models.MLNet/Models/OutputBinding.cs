namespace MlOps.Models;

/// <summary>Maps an output column to a member.</summary>
internal sealed record OutputBinding(ModelColumn Column, RowMember Member);
